"""Computing the out columns of a tracker: formulas, steps, freezing, seals, problems."""
