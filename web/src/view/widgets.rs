//! The bar above a notebook: its session's widgets as controls.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/widgets.html")]
pub struct WidgetBar {
    /// Where a value is sent.
    pub action: String,
    pub csrf: String,
    /// The notebook.
    pub document: String,
    pub widgets: Vec<Widget>,
    /// Cells that read a value which is newer than their last run, in the notebook's order.
    pub stale: Vec<String>,
    /// Why a value was not taken.
    pub refused: Option<String>,
}

#[derive(Debug)]
pub struct Widget {
    pub name: String,
    /// `text`, `dropdown`, `combobox` or `multiselect`.
    pub kind: String,
    pub value: String,
    pub choices: Vec<Choice>,
}

#[derive(Debug)]
pub struct Choice {
    pub text: String,
    pub chosen: bool,
}
