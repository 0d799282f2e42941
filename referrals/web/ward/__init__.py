"""At the bedside: from a new intake to a handover, and the one page for the family."""
