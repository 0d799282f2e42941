"""Copies of the whole database: taken while serving, put back whole or not at all.

The keyring and the ledger of erasures are never inside: whoever finds a backup opens nothing with
it, and what was erased since is erased again when it is put back (`manage.py restore`).
"""
