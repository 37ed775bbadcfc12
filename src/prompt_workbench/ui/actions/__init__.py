"""What a person can do, declared once: menus, shortcuts and the palette are built from it."""
