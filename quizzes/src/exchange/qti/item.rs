//! One question as an item of the profile.

use super::field;
use super::xml::Element;
use crate::question::Question;
use crate::quiz::Quiz;

/// What all items have in common. Texts are HTML, but for accepted answers.
pub(super) struct Item {
    pub prompt: String,
    pub body: Body,
    pub shuffle: bool,
    /// With every answer.
    pub general: Option<String>,
    /// With a wrong answer that was typed.
    pub wrong: Option<String>,
}

pub(super) enum Body {
    Choice { options: Vec<Choice>, cardinality: Cardinality },
    Blank { accept: Vec<String> },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cardinality {
    TrueFalse,
    Single,
    Multiple,
}

pub(super) struct Choice {
    pub html: String,
    pub correct: bool,
    pub feedback: Option<String>,
}

const RESPONSE: &str = "response";

impl Item {
    /// The item; `weight` is its share of the points, in whole numbers.
    pub fn element(&self, question: &Question, quiz: &Quiz, weight: u32) -> Element {
        let topic = quiz.topics.iter().find(|topic| topic.id == question.topic).map(|topic| topic.title.as_str());
        let mut fields = vec![field("cc_profile", self.profile()), field("cc_weighting", &weight.to_string())];
        fields.extend(topic.map(|topic| field("cc_question_category", topic)));
        let metadata = Element::new("itemmetadata").child(Element::new("qtimetadata").children(fields));
        Element::new("item")
            .with("ident", &question.id)
            .with("title", &question.id)
            .child(metadata)
            .child(Element::new("presentation").child(material(&self.prompt)).child(self.response()))
            .child(Element::new("resprocessing").child(outcomes()).children(self.conditions()))
            .children(self.feedbacks().into_iter().map(|(ident, html)| {
                let flow = Element::new("flow_mat").child(material(html));
                Element::new("itemfeedback").with("ident", ident).child(flow)
            }))
    }

    fn profile(&self) -> &'static str {
        match &self.body {
            Body::Choice { cardinality: Cardinality::TrueFalse, .. } => "cc.true_false.v0p1",
            Body::Choice { cardinality: Cardinality::Single, .. } => "cc.multiple_choice.v0p1",
            Body::Choice { cardinality: Cardinality::Multiple, .. } => "cc.multiple_response.v0p1",
            Body::Blank { .. } => "cc.fib.v0p1",
        }
    }

    fn response(&self) -> Element {
        match &self.body {
            Body::Choice { options, cardinality } => {
                let label = |(place, option): (usize, &Choice)| {
                    Element::new("response_label").with("ident", ident(place)).child(material(&option.html))
                };
                let several = *cardinality == Cardinality::Multiple;
                Element::new("response_lid")
                    .with("ident", RESPONSE)
                    .with("rcardinality", if several { "Multiple" } else { "Single" })
                    .child(
                        Element::new("render_choice")
                            .with("shuffle", if self.shuffle { "Yes" } else { "No" })
                            .children(options.iter().enumerate().map(label)),
                    )
            }
            Body::Blank { .. } => Element::new("response_str")
                .with("ident", RESPONSE)
                .with("rcardinality", "Single")
                .child(Element::new("render_fib").with("prompt", "Box")),
        }
    }

    /// First what only shows feedback, then what gives points.
    fn conditions(&self) -> Vec<Element> {
        let mut conditions = Vec::new();
        if self.general.is_some() {
            conditions.push(condition("Yes", Element::new("other")).child(shows("general")));
        }
        match &self.body {
            Body::Choice { options, cardinality } => {
                let with_feedback = options.iter().enumerate().filter(|(_, option)| option.feedback.is_some());
                conditions.extend(
                    with_feedback
                        .map(|(place, _)| condition("Yes", equals(&ident(place))).child(shows(&feedback(place)))),
                );
                conditions.push(condition("No", right(options, *cardinality)).child(all_points()));
            }
            Body::Blank { accept } => {
                let equals = |text: &String| equals(text).with("case", "No");
                conditions.extend(accept.iter().map(|text| condition("No", equals(text)).child(all_points())));
                if self.wrong.is_some() {
                    conditions.push(condition("No", Element::new("other")).child(shows("wrong")));
                }
            }
        }
        conditions
    }

    fn feedbacks(&self) -> Vec<(String, &str)> {
        let mut feedbacks: Vec<(String, &str)> = Vec::new();
        feedbacks.extend(self.general.as_deref().map(|html| ("general".to_owned(), html)));
        feedbacks.extend(self.wrong.as_deref().map(|html| ("wrong".to_owned(), html)));
        if let Body::Choice { options, .. } = &self.body {
            let of = |(place, option): (usize, &'_ Choice)| option.feedback.as_ref().map(|_| feedback(place));
            for (place, option) in options.iter().enumerate() {
                feedbacks.extend(of((place, option)).zip(option.feedback.as_deref()));
            }
        }
        feedbacks
    }
}

fn material(html: &str) -> Element {
    Element::new("material").child(Element::new("mattext").with("texttype", "text/html").text(html))
}

fn ident(place: usize) -> String {
    format!("option_{place}")
}

fn feedback(place: usize) -> String {
    format!("feedback_{place}")
}

fn outcomes() -> Element {
    let variable = Element::new("decvar").with("varname", "SCORE").with("vartype", "Decimal");
    Element::new("outcomes").child(variable.with("minvalue", "0").with("maxvalue", "100"))
}

fn condition(goes_on: &str, when: Element) -> Element {
    Element::new("respcondition").with("continue", goes_on).child(Element::new("conditionvar").child(when))
}

fn equals(value: &str) -> Element {
    Element::new("varequal").with("respident", RESPONSE).text(value)
}

/// The right option, or every right one and no other.
fn right(options: &[Choice], cardinality: Cardinality) -> Element {
    let mut all = options.iter().enumerate();
    if cardinality != Cardinality::Multiple {
        let place = all.find(|(_, option)| option.correct).map_or(0, |(place, _)| place);
        return equals(&ident(place));
    }
    let part = |(place, option): (usize, &Choice)| match option.correct {
        true => equals(&ident(place)),
        false => Element::new("not").child(equals(&ident(place))),
    };
    Element::new("and").children(all.map(part))
}

fn all_points() -> Element {
    Element::new("setvar").with("action", "Set").with("varname", "SCORE").text("100")
}

fn shows(feedback: &str) -> Element {
    Element::new("displayfeedback").with("feedbacktype", "Response").with("linkrefid", feedback)
}
