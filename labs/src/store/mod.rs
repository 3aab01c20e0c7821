//! Object stores that one workspace may use: scoped to its prefix, counted against its quota.
