//! `version_count`: how many versions the task's cells add to a table, or how many the table has at the task's end.

use super::{Rule, Section};
use crate::feedback::count;
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

#[derive(Debug)]
pub struct VersionCount {
    table: String,
    /// All versions up to the end of the task; else those that the task's cells made.
    whole_history: bool,
    minimum: usize,
    maximum: usize,
}

pub fn read(section: &mut Section<'_, '_>) -> VersionCount {
    let (table, whole_history) = (section.required("table"), section.flag("whole_history"));
    let (minimum, maximum) = (section.count("minimum", 1), section.count("maximum", usize::MAX));
    if minimum > maximum {
        section.wrong("maximum", "`maximum` is below `minimum`.".to_owned());
    }
    VersionCount { table, whole_history, minimum, maximum }
}

impl Rule for VersionCount {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let Some(now) = scene.table_at(&self.table, Moment::After) else {
            return Verdict::Blocked(format!("There is no Delta table `{}` to look at.", self.table));
        };
        let found = if self.whole_history {
            now.table.versions.iter().filter(|version| version.version <= now.version.version).count()
        } else {
            scene.commits(scene.task, &self.table).len()
        };
        if (self.minimum..=self.maximum).contains(&found) {
            return Verdict::Passed;
        }
        let expected = match (self.minimum, self.maximum) {
            (least, usize::MAX) => format!("at least {}", count(least, "version")),
            (least, most) if least == most => count(least, "version"),
            (least, most) => format!("{least} to {}", count(most, "version")),
        };
        let reason = if found < self.minimum { "too_few" } else { "too_many" };
        let message = if self.whole_history {
            format!("`{}` has {}.", self.table, count(found, "version"))
        } else {
            format!("This task adds {} to `{}`.", count(found, "version"), self.table)
        };
        Fault::new(reason, message).expected(expected).found(count(found, "version")).failed()
    }
}
