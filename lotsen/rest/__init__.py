"""Base of API endpoints. In parts, because Django REST framework loads the sign-in first."""
