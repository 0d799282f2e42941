"""From data to PDF (typst): accessible documents without a system library."""
