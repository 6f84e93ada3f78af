"""Understanding exports: cleaning cells, making rows, merging them into the tracker."""
