//! The loop between grading, which is pure, and the sandbox, which runs student work.

use std::sync::Arc;

use sandbar_grader::{Grading, ReplayToken, Report, Scope, Step, Submission};
use sandbar_labs::diagnostic::{Diagnostic, Finding, Severity};
use sandbar_labs::evidence::Evidence;
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{Probe, ReplayPlan, Sandbox, SandboxError};

use crate::lab::Lab;

/// Runs what grading asks for.
pub(crate) trait Runner {
    async fn replay(&self, plan: ReplayPlan) -> Result<Result<Evidence, Diagnostic>, SandboxError>;

    async fn trials(
        &self,
        of: &ReplayPlan,
        plans: Vec<ReplayPlan>,
    ) -> Result<Result<Vec<Evidence>, Diagnostic>, SandboxError>;

    async fn probe(&self, probes: Vec<Probe>) -> Result<Vec<Result<Relation, Diagnostic>>, SandboxError>;

    fn sandbox(&self) -> &Sandbox;
}

impl Runner for Sandbox {
    async fn replay(&self, plan: ReplayPlan) -> Result<Result<Evidence, Diagnostic>, SandboxError> {
        self.replay(plan).await
    }

    async fn trials(
        &self,
        of: &ReplayPlan,
        plans: Vec<ReplayPlan>,
    ) -> Result<Result<Vec<Evidence>, Diagnostic>, SandboxError> {
        self.trials(of, plans).await
    }

    async fn probe(&self, probes: Vec<Probe>) -> Result<Vec<Result<Relation, Diagnostic>>, SandboxError> {
        self.probe(probes).await
    }

    fn sandbox(&self) -> &Sandbox {
        self
    }
}

/// Grades a submission on replays in fresh workspaces. A fault of the sandbox ends in a report whose checks are
/// `unavailable`.
///
/// # Errors
/// Findings when the submission cannot be read; then nothing was graded.
pub async fn grade(
    sandbox: &Sandbox,
    lab: &Lab,
    submission: Submission,
    seed: u64,
    release: &str,
    scope: Scope,
) -> Result<Report, Vec<Finding>> {
    grade_with(sandbox, lab, submission, seed, release, scope).await
}

/// The same with what a runner runs, or remembers.
pub(crate) async fn grade_with(
    runner: &impl Runner,
    lab: &Lab,
    submission: Submission,
    seed: u64,
    release: &str,
    scope: Scope,
) -> Result<Report, Vec<Finding>> {
    let mut grading = Grading::new(Arc::clone(&lab.definition), submission, seed, release, scope)?;
    loop {
        match grading.next_step() {
            Step::Done(report) => return Ok(told(*report, lab)),
            Step::Replay(plan) => match runner.replay(plan).await {
                Ok(outcome) => grading.replayed(outcome),
                Err(fault) => give_up(&mut grading, &fault),
            },
            Step::Try { of, plans } => match runner.trials(&of, plans).await {
                Ok(outcome) => grading.tried(outcome),
                Err(fault) => give_up(&mut grading, &fault),
            },
            Step::Judge(call) => match runner.sandbox().judge(*call).await {
                Ok(outcome) => grading.judged(outcome),
                Err(fault) => {
                    tracing::error!(%fault, "the sandbox failed while an instructor's own check ran");
                    grading.judged(Err("It could not be run.".to_owned()));
                }
            },
            Step::Probe(probes) => match runner.probe(probes).await {
                Ok(answers) => grading.probed(answers),
                Err(fault) => give_up(&mut grading, &fault),
            },
        }
    }
}

/// The report of a submission that cannot be read: no points, and the findings.
pub fn unreadable(lab: &Lab, submission: &Submission, findings: Vec<Finding>, seed: u64, release: &str) -> Report {
    let token = ReplayToken::of(submission, seed, release);
    told(Report::unreadable(&lab.definition.rubric, findings, token), lab)
}

/// Says of a public part that it is one, so that nobody takes its points for the mark.
fn told(mut report: Report, lab: &Lab) -> Report {
    if let Some(whole) = lab.definition.rubric.public_part_of {
        let public = lab.definition.rubric.public_points.map(|public| format!("of {public} ")).unwrap_or_default();
        let here = report.max_score;
        let message =
            format!("Only public checks without a solution are here: {here} {public}public points of {whole}.");
        let hint =
            "The other public checks run on the lab's page; the other points are given when the work is handed in.";
        report.findings.insert(0, Finding::new("PUBLIC_PART", Severity::Advice, "", message).with_hint(hint));
    }
    report
}

fn give_up(grading: &mut Grading, fault: &impl std::fmt::Display) {
    tracing::error!(%fault, "the sandbox failed while grading");
    grading.unavailable("The sandbox failed, so this could not be graded. It costs nothing; grade it again.");
}
