"""At the desk: inbox, handovers, cases, and what is due."""
