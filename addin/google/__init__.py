"""Google Sheets: Apps Script rendered from the registry, with a menu and a sidebar."""
