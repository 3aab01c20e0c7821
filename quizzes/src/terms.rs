//! How a quiz scores, in sentences for those who take it: of the kinds of questions that it has, and no others.

use crate::question::{Kind, MultiplePolicy, Question};
use crate::quiz::Quiz;

/// The sentences, in the order of the kinds.
pub fn terms(quiz: &Quiz) -> Vec<String> {
    let asks =
        |fits: &dyn Fn(&Kind) -> bool| quiz.questions.iter().any(|question: &Question| fits(asked(&question.kind)));
    let mut terms =
        vec!["A question never gives less than 0 points, so a guess costs nothing of another one.".to_owned()];
    let policies = [MultiplePolicy::RightMinusWrong, MultiplePolicy::AllOrNothing, MultiplePolicy::PerOption];
    for policy in policies {
        if asks(&|kind| matches!(kind, Kind::Multiple(multiple) if multiple.policy == policy)) {
            terms.push(of_policy(policy).to_owned());
        }
    }
    if asks(&|kind| matches!(kind, Kind::Ordering(_))) {
        terms.push(
            "An order is scored by its longest run of items that follow each other as they should: a run of three \
             out of four items has 2 of 3 steps, and gives two thirds of the points."
                .to_owned(),
        );
    }
    if asks(&|kind| matches!(kind, Kind::Matching(_))) {
        terms.push("A matching gives the share of its pairs that are right.".to_owned());
    }
    terms
}

/// Of a log, what is asked about it.
fn asked(kind: &Kind) -> &Kind {
    if let Kind::ReadLog(read) = kind { &read.ask } else { kind }
}

fn of_policy(policy: MultiplePolicy) -> &'static str {
    match policy {
        MultiplePolicy::RightMinusWrong => {
            "Where several options can be right, the share of the wrong ones that you choose is taken off the share \
             of the right ones that you choose: to choose all gives nothing."
        }
        MultiplePolicy::AllOrNothing => {
            "Where several options can be right, there are points only for choosing all of the right ones and no other."
        }
        MultiplePolicy::PerOption => {
            "Where several options can be right, you get the share of the options that you chose, or left, as you \
             should."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(questions: &str) -> String {
        terms(&crate::parse(&format!("title: t\nquestions: [{questions}]\n")).unwrap()).join(" ")
    }

    #[test]
    fn a_quiz_says_how_its_own_kinds_are_scored_and_nothing_of_others() {
        let options = "options: [{text: a, correct: true}, {text: b}]";
        let several = |more: &str| format!("{{id: a, kind: multiple, prompt: p, {options}{more}}}");
        let plain = said("{id: a, kind: numeric, prompt: p, answer: 1}");
        assert!(plain.contains("never gives less than 0") && !plain.contains("order") && !plain.contains("several"));
        assert!(said(&several("")).contains("taken off"));
        assert!(said(&several(", policy: all_or_nothing")).contains("no other"));
        assert!(said(&several(", policy: per_option")).contains("or left"));
        let order = said("{id: a, kind: ordering, prompt: p, items: [a, b, c, d]}");
        assert!(order.contains("2 of 3 steps") && !order.contains("pairs"));
        assert!(
            said("{id: a, kind: matching, prompt: p, pairs: [{left: a, right: b}, {left: c, right: d}]}")
                .contains("pairs")
        );
    }
}
