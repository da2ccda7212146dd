"""The benchmark: intake, settlement and bank file, each beside the floor it cannot go below."""
