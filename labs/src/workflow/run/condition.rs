//! A condition task: computed by the run itself, in no time.

use super::super::job::Task;
use super::attempt::Performed;
use super::{Place, Run};
use crate::authored::shorten;

impl Run {
    pub(super) fn condition(&self, place: Place, task: &Task) -> Performed {
        let Some(condition) = &task.condition_task else { return Performed::failed(0, String::new()) };
        let context = self.context(place);
        let sides = context.text(&condition.left).and_then(|left| Ok((left, context.text(&condition.right)?)));
        match sides {
            Err(message) => Performed::failed(0, message),
            Ok((left, right)) => match condition.op.holds(&left, &right) {
                Some(outcome) => Performed { condition: Some(outcome), ..Performed::succeeded(0) },
                None => Performed::failed(
                    0,
                    format!("`{}` and `{}` cannot be compared as numbers.", shorten(&left), shorten(&right)),
                ),
            },
        }
    }
}
