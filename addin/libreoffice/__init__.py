"""LibreOffice: an extension whose functions run in LibreOffice's own Python."""
