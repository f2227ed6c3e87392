"""The xAPI rules: pure functions over JSON values, no Django, no I/O."""
