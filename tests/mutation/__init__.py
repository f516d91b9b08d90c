"""The mock passes the checker, and the checker fails every mock from which one rule was taken out."""
