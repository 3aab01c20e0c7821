//! The course: loading, linting and proving authored content.
