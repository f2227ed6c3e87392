"""How dates are written, where Django's own way is ambiguous to readers of two continents."""
