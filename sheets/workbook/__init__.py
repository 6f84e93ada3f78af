"""Trackers in workbook files (.xlsx)."""
