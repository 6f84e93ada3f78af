"""Facts and layout of report sheets."""
