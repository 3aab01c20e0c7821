//! The two texts of a pack that are the same for every lab but for its names.

use std::fmt::Write;

use sandbar_grader::Points;
use sandbar_grader::rubric::Visibility;

use super::public::Part;
use crate::lab::Lab;

const WORKFLOW: &str = r#"# Grades work/ with the public checks on every push.
name: Grade
on: [push, pull_request]
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - name: Get sandbar
        env:
          # A variable of the repository or its organisation: where the program lies.
          SANDBAR_URL: ${{ vars.SANDBAR_URL }}
        run: |
          curl --fail --silent --show-error --location --output "$RUNNER_TEMP/sandbar" "$SANDBAR_URL"
          chmod +x "$RUNNER_TEMP/sandbar"
      - name: Grade
        run: |
          "$RUNNER_TEMP/sandbar" grade labs/LAB work --format github
"#;

pub fn workflow(lab: &str) -> String {
    WORKFLOW.replace("labs/LAB", &format!("labs/{lab}"))
}

/// Everything that a student reads: the lab's texts, and how to grade.
pub fn readme(lab: &Lab, part: &Part) -> String {
    let rubric = &lab.definition.rubric;
    let mut text = format!("# {}\n\n{}\n\n{}\n", lab.title, lab.summary.trim(), rubric.introduction.trim());
    for promise in &rubric.promises {
        let _ = write!(text, "\n- {}", promise.trim());
    }
    push_files(&mut text, lab);
    let _ = writeln!(
        text,
        "```\nsandbar grade labs/{slug} work\n```\n\n\
         The **public** checks that hold no solution are here: {here} of {public} public points of {points}. The other public ones \
         run on the lab's page, the rest when the work is handed in, with data that is not here. On GitHub each push is graded too, once the repository's variable `SANDBAR_URL` says \
         where the program lies.",
        slug = lab.slug,
        here = part.points,
        public = part.all_public,
        points = lab.points,
    );
    for task in &rubric.tasks {
        let here = part.by_task.get(&u64::from(task.number)).copied().unwrap_or_default();
        let public = task.checks.iter().filter(|check| check.visibility == Visibility::Public);
        let public: Points = public.map(|check| check.points).sum();
        let (number, title, points) = (task.number, &task.title, task.points);
        let told = format!("{here} of {public} public points of {points}");
        let _ = writeln!(text, "\n## Task {number}: {title}\n\n{told}\n\n{}", task.text.trim());
    }
    text
}

fn push_files(text: &mut String, lab: &Lab) {
    let files: Vec<String> = lab.starter.iter().map(|file| format!("`work/{}`", file.path)).collect();
    let _ = writeln!(text, "\n\n## Working here\n\nYour work goes into {}.", files.join(", "));
    for (name, path) in &lab.definition.rubric.given {
        let _ = writeln!(text, "`{name}` is given as `labs/{}/{path}` and stays as it is.", lab.slug);
    }
    text.push('\n');
}
