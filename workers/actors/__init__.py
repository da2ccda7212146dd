"""One thin actor file for each stage of the settlement."""
