"""Excel: an Office add-in, rendered from the registry and the catalogue of buttons."""

# Importing it adds the catalogue that translates what this package says.
from ...templates import tracker as tracker
