"""What runs inside LibreOffice; imports the standard library and `functions` alone.

It travels in the extension under the same names as here, so the imports are the same. UNO is
imported when LibreOffice loads the component, never at the top of a module.
"""
