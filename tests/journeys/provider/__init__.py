"""A city's sign-on for tests: django-oauth-toolkit as OpenID provider, in a process of its own."""
