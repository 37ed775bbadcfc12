"""Options of the user, each declared once, and the models the user added."""
