//! Whole-product tests: the command line as a black box, processes, faults and pages.
