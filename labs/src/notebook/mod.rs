//! Notebooks: the document, and the file formats that it is read from and written to.
//!
//! Formats: Databricks' source format (`.sql`, `.py`), Jupyter's `.ipynb` and a plain `.sql` script.

mod document;

pub use document::{Cell, CellLanguage, Notebook};
