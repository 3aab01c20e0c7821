//! Writes QTI 1.2.1 in the profile of IMS Common Cartridge 1.1: one assessment with one section.
//!
//! The profile has multiple choice, multiple response, true or false and fill in the blank. Single and multiple choice,
//! short texts, exact numbers, predicted outputs, and questions about a log that ask one of these can be said. Orders,
//! matchings, numbers with a tolerance and SQL to mend cannot: they are listed in [`Export::left_out`]. What the
//! profile says otherwise (partial credit, draws, a number's spelling) is listed in [`Export::changed`].

mod html;
mod item;
mod say;
mod xml;

use crate::attempt::{DrawnQuestion, drawn};
use crate::points::Points;
use crate::question::Question;
use crate::quiz::{Quiz, ShowFeedback};
use crate::scoring::{QuestionScore, one_of};
use crate::variant;

use super::Remark;
use say::{Said, ToHtml};
use xml::Element;

const NAMESPACE: &str = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2";
const SCHEMA: &str = "http://www.imsglobal.org/profile/cc/ccv1p1/ccv1p1_qtiasiv1p2p1_v1p0.xsd";

/// A quiz in QTI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// The assessment's file.
    pub xml: String,
    /// Questions that are not in it, with the reason.
    pub left_out: Vec<Remark>,
    /// What is said otherwise.
    pub changed: Vec<Remark>,
}

/// A question with what is drawn and expected of it.
struct Shown<'a> {
    question: &'a Question,
    drawn: DrawnQuestion,
    score: QuestionScore,
}

/// Writes the quiz. `to_html` makes HTML of Markdown; `seed` chooses the numbers of questions that have some.
///
/// # Errors
/// Only when a text cannot be written at all.
pub fn export(quiz: &Quiz, seed: u64, to_html: ToHtml<'_>) -> std::io::Result<Export> {
    let mut export = Export::default();
    export.changed.extend(of_quiz(quiz));
    // Options in the order of the file.
    let unshuffled = Quiz { shuffle: false, ..quiz.clone() };
    let unit = quiz.questions.iter().fold(0, |unit, question| common(unit, question.points.0));
    let mut items = Vec::new();
    for question in &unshuffled.questions {
        let variant = variant::drawn(question, seed);
        let (drawn, score) = (drawn(&variant, &unshuffled, seed), one_of(&unshuffled, &variant, seed));
        let shown = Shown { question: &variant, drawn, score };
        let remark = |message: String| Remark { question: question.id.clone(), line: question.place.0, message };
        match say::say(&shown, quiz.shuffle, to_html) {
            Said::No(why) => export.left_out.push(remark(why)),
            Said::Yes { item, changes } => {
                let numbers = "The numbers are those of one attempt.".to_owned();
                let changes = changes.into_iter().chain((!question.numbers.is_empty()).then_some(numbers));
                export.changed.extend(changes.map(remark));
                items.push(item.element(question, quiz, question.points.0 / unit.max(1)));
            }
        }
    }
    export.xml = document(quiz, items).document()?;
    Ok(export)
}

/// Greatest common divisor.
fn common(one: u32, other: u32) -> u32 {
    if other == 0 { one } else { common(other, one % other) }
}

/// What the profile cannot say of a quiz as a whole.
fn of_quiz(quiz: &Quiz) -> Vec<Remark> {
    let remark = |message: &str| Remark { question: String::new(), line: 1, message: message.to_owned() };
    let has_pools = quiz.questions.iter().any(|question| question.pool.is_some());
    let mut remarks = Vec::new();
    if quiz.per_topic.is_some() || has_pools {
        remarks.push(remark("Every question is in it: the profile does not draw some of a topic or a pool."));
    }
    if quiz.exam.is_some() {
        remarks.push(remark("The window, the code and what is closed meanwhile belong to the exam here."));
    }
    if quiz.questions.iter().any(|question| question.points != Points(100)) {
        remarks.push(remark("Points are kept as proportions, in whole numbers."));
    }
    if quiz.show_feedback == ShowFeedback::AfterDue {
        remarks.push(remark("Feedback is not withheld until the due date."));
    }
    remarks
}

fn document(quiz: &Quiz, items: Vec<Element>) -> Element {
    let feedback = if quiz.show_feedback == ShowFeedback::Never { "No" } else { "Yes" };
    let mut fields = vec![
        field("cc_profile", "cc.exam.v0p1"),
        field("qmd_assessmenttype", "Examination"),
        field("qmd_scoretype", "Percentage"),
        field("qmd_feedbackpermitted", feedback),
        field("qmd_hintspermitted", "No"),
        field("qmd_solutionspermitted", feedback),
        field("cc_maxattempts", &quiz.attempts.map_or_else(|| "unlimited".to_owned(), |count| count.to_string())),
    ];
    fields.extend(quiz.minutes.map(|minutes| field("qmd_timelimit", &minutes.to_string())));
    let assessment = Element::new("assessment")
        .with("ident", "quiz")
        .with("title", &quiz.title)
        .child(Element::new("qtimetadata").children(fields))
        .child(Element::new("section").with("ident", "root_section").children(items));
    Element::new("questestinterop")
        .with("xmlns", NAMESPACE)
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .with("xsi:schemaLocation", format!("{NAMESPACE} {SCHEMA}"))
        .child(assessment)
}

fn field(label: &str, entry: &str) -> Element {
    Element::new("qtimetadatafield")
        .child(Element::new("fieldlabel").text(label))
        .child(Element::new("fieldentry").text(entry))
}

/// The `imsmanifest.xml` of a cartridge that holds one assessment, in a file of this name beside it.
///
/// # Errors
/// Only when a text cannot be written at all.
pub fn manifest(title: &str, file: &str) -> std::io::Result<String> {
    let text = |name: &'static str, text: &str| Element::new(name).text(text);
    let title_of_course = Element::new("lomimscc:lom").child(
        Element::new("lomimscc:general").child(Element::new("lomimscc:title").child(text("lomimscc:string", title))),
    );
    let metadata = Element::new("metadata")
        .child(text("schema", "IMS Common Cartridge"))
        .child(text("schemaversion", "1.1.0"))
        .child(title_of_course);
    let item = Element::new("item").with("identifier", "item_quiz").with("identifierref", "resource_quiz");
    let organization = Element::new("organization")
        .with("identifier", "organization")
        .with("structure", "rooted-hierarchy")
        .child(Element::new("item").with("identifier", "root").child(item.child(text("title", title))));
    let resource = Element::new("resource")
        .with("identifier", "resource_quiz")
        .with("type", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment")
        .child(Element::new("file").with("href", file));
    Element::new("manifest")
        .with("identifier", "manifest")
        .with("xmlns", "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1")
        .with("xmlns:lomimscc", "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest")
        .child(metadata)
        .child(Element::new("organizations").child(organization))
        .child(Element::new("resources").child(resource))
        .document()
}

#[cfg(test)]
mod tests;
