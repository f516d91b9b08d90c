"""Generators of the reference pages: each module has PAGE, the file, and page(), the text that the code asks for."""
