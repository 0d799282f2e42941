"""The PostgreSQL backend of Django, which tells the server for whom it is asked."""
