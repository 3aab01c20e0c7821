//! Whether a lesson takes about the minutes that its head says.

use sandbar_labs::diagnostic::{Finding, Position};

use crate::course::Course;
use crate::lesson::{Block, Lesson};

/// Of a technical text, by somebody who reads to learn.
const WORDS_A_MINUTE: f64 = 230.0;
/// A snippet is run, its result read, and something tried.
const MINUTES_A_SNIPPET: f64 = 0.4;
/// A question is read, thought over, and its feedback read.
const MINUTES_A_QUESTION: f64 = 0.5;
/// How far the minutes may be from what is reckoned: a slow reader's and a quick one's, and a minute of grace.
const SLOWEST: f64 = 2.0;
const QUICKEST: f64 = 1.4;
const GRACE: f64 = 1.0;

/// Lessons whose minutes do not fit what there is to read and to do.
pub(super) fn findings(course: &Course) -> Vec<Finding> {
    course.lessons.values().filter_map(of_lesson).collect()
}

fn of_lesson(lesson: &Lesson) -> Option<Finding> {
    if lesson.minutes == 0 {
        return None;
    }
    let (stated, reckoned) = (f64::from(lesson.minutes), minutes(lesson));
    // How long media plays is not known here: it may take what is left of the minutes.
    let word = if lesson.video.is_none() && stated > reckoned * SLOWEST + GRACE {
        "less"
    } else if reckoned > stated * QUICKEST + GRACE {
        "more"
    } else {
        return None;
    };
    let message = format!(
        "The head says {} minutes, but reading and trying take {word}: about {}.",
        lesson.minutes,
        reckoned.round().max(1.0)
    );
    let position = Position { line: lesson.minutes_line, column: 1 };
    Some(Finding::error("READING_TIME", "minutes", message).at(position).in_file(format!("lessons/{}.md", lesson.slug)))
}

/// Words, the walkthrough as it plays, snippets; the exercise says its own minutes beside it.
fn minutes(lesson: &Lesson) -> f64 {
    let words: usize = lesson.blocks.iter().map(words).sum();
    let played = lesson.walkthrough.as_ref().map_or(0, crate::walkthrough::Walkthrough::seconds);
    words as f64 / WORDS_A_MINUTE
        + f64::from(played) / 60.0
        + lesson.snippets().count() as f64 * MINUTES_A_SNIPPET
        + lesson.questions().count() as f64 * MINUTES_A_QUESTION
}

/// Words between the tags; a diagram's are few, and its description is for those who do not see it.
fn words(block: &Block) -> usize {
    let Block::Html(html) = block else { return 0 };
    if html.starts_with("<figure") {
        return 0;
    }
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
