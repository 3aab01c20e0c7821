//! Jobs as students write them: reading, validating, drawing and deciding what runs.
