//! Reads the course again when its files changed, and hands the pages over to it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sandbar_content::Course;
use sandbar_content::course::{Examined, FILE};
use sandbar_content::files::Files;
use sandbar_labs::diagnostic::Finding;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::folder::Stamp;
use super::{Current, State, sql};
use crate::app::{App, Releases};
use crate::background;
use crate::router::router;
use crate::store::{self, ReleaseId, courses, releases};

/// Between two looks at the folder. A file counts as written when it is the same at two of them.
const PAUSE: Duration = Duration::from_millis(300);

/// Releases before the one that is served which are kept in any case: a request may still be answered by their pages.
const KEPT: usize = 8;

/// The folder, and the pages of the course that its files gave last.
#[derive(Debug)]
pub struct Watch {
    folder: PathBuf,
    current: Current,
}

impl Watch {
    pub fn new(folder: &Path, current: Current) -> Self {
        Self { folder: folder.to_owned(), current }
    }

    /// Until `stop`. The background work is that of the course which is served, and begins anew with it.
    pub async fn run(self, mut app: App, stop: CancellationToken) {
        let mut work = Work::start(&app, &stop);
        // Files may have changed since the course was read at the start, so that the first look is at all of them.
        let (mut read, mut before) = (None, None);
        let (mut retired, mut judging) = (VecDeque::new(), JoinSet::new());
        while pause(&stop).await {
            let folder = self.folder.clone();
            let Ok(now) = tokio::task::spawn_blocking(move || Stamp::of(&folder)).await else { break };
            let is_settled = before.as_ref() == Some(&now);
            if is_settled && read.as_ref() != Some(&now) {
                let Some((next, state)) = self.read(&app, now.clone()).await else {
                    // Written meanwhile: half of it may be from before.
                    before = None;
                    continue;
                };
                if let Some(next) = next {
                    work.end().await;
                    work = Work::start(&next, &stop);
                    self.current.set(router(next.clone()));
                    retired.push_back(std::mem::replace(&mut app, next).release);
                    while retired.len() > KEPT
                        && let Some(idle) = retired.pop_front()
                    {
                        forget(&app, &retired, &idle).await;
                    }
                }
                judging.abort_all();
                tell(&app, state, &mut judging);
                read = Some(now.clone());
            }
            before = Some(now);
        }
        work.end().await;
    }

    /// The server of the course as the files say it, where that is another one, and how it stands; `None` where the files
    /// are not as they were looked at any more.
    async fn read(&self, app: &App, looked_at: Stamp) -> Option<(Option<App>, State)> {
        let state =
            |is_current: bool, findings: Vec<Finding>| State { release: app.release.clone(), is_current, findings };
        let folder = self.folder.clone();
        let reading = move || {
            let read = examine(&folder);
            (Stamp::of(&folder) == looked_at).then_some(read)
        };
        let read = match tokio::task::spawn_blocking(reading).await {
            Ok(read) => read?,
            Err(panic) => return Some((None, state(false, vec![fault(&panic)]))),
        };
        let (files, Examined { course, is_whole, mut findings }) = match read {
            Ok(read) => read,
            Err(finding) => return Some((None, state(false, vec![finding]))),
        };
        let is_other = |course: &Course| course.slug != app.course.slug;
        findings.extend(course.iter().filter(|course| is_other(course)).map(|course| other(course, app)));
        let Some(course) = course.filter(|course| is_whole && !is_other(course)) else {
            return Some((None, state(false, findings)));
        };
        if course.release == app.release.as_str() {
            return Some((None, state(true, findings)));
        }
        Some(match adopt(app, &files, course).await {
            Ok(next) => {
                let release = next.release.clone();
                tracing::info!(release = release.as_str(), "the course was read again");
                (Some(next), State { release, is_current: true, findings })
            }
            Err(error) => {
                tracing::error!(?error, "the course that was read again cannot be served");
                (None, state(false, vec![fault(&error)]))
            }
        })
    }
}

/// Notes the state at once, and again with what the SQL of the course does, which takes a moment. Files that are saved
/// meanwhile are read all the same, and end it.
fn tell(app: &App, state: State, judging: &mut JoinSet<()>) {
    let Some(preview) = app.preview.clone() else { return };
    preview.note(state.clone());
    if !state.is_current {
        return;
    }
    let app = app.clone();
    judging.spawn(async move {
        let faults = sql::faults(&app).await;
        let findings = state.findings.iter().cloned().chain(faults).collect();
        preview.note(State { findings, ..state });
    });
}

async fn pause(stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(PAUSE) => true,
    }
}

fn examine(folder: &Path) -> Result<(Files, Examined), Finding> {
    let files = Files::of_folder(folder).map_err(|error| {
        let message = format!("The course's folder {} cannot be read: {error}.", folder.display());
        Finding::error("UNREADABLE", "", message)
    })?;
    let examined = Course::examine(&files);
    Ok((files, examined))
}

/// Work belongs to a course by its slug; under another one nobody would find theirs.
fn other(course: &Course, app: &App) -> Finding {
    let message =
        format!("The course is `{}` now, and this server has the work of `{}`.", course.slug, app.course.slug);
    Finding::error("OTHER_COURSE", "slug", message)
        .in_file(FILE)
        .with_hint("Give it its slug back, or start the server again with another --data.")
}

fn fault(error: &impl std::fmt::Display) -> Finding {
    Finding::error("UNAVAILABLE", "", format!("The course was read, but cannot be served, by a fault of ours: {error}"))
}

/// The same server with that course. Its release is kept before anything names it.
async fn adopt(app: &App, files: &Files, course: Course) -> anyhow::Result<App> {
    let at = store::now();
    if let Some(archives) = app.releases.archives() {
        archives.keep(&course.release, files)?;
        sql::carry_results(archives, app.release.as_str(), &course)?;
    }
    let release = ReleaseId::from(course.release.as_str());
    let course_id = courses::ensure(&app.store, &course.slug, &course.title, at).await?;
    releases::ensure(&app.store, &release, course_id, at).await?;
    let (course, archives) = (Arc::new(course), app.releases.archives().cloned());
    let served = (release.clone(), Arc::clone(&course));
    let releases = Arc::new(Releases::new(served, archives));
    app.lessons.keep_only(&course);
    app.quizzes.keep_only(&course);
    // Given tables may be others now.
    Ok(App { course, course_id, release, releases, prepared: Arc::default(), ..app.clone() })
}

/// Drops a release that nobody has work from: an author saves many.
async fn forget(app: &App, retired: &VecDeque<ReleaseId>, release: &ReleaseId) {
    if *release == app.release || retired.contains(release) {
        return;
    }
    match releases::forget_unused(&app.store, release).await {
        Ok(true) => app.quizzes.forget(release),
        Ok(false) => return,
        Err(error) => return tracing::warn!(%release, ?error, "a release is kept that nobody uses"),
    }
    let (archives, id) = (app.releases.archives().cloned(), release.as_str().to_owned());
    let removing = move || archives.map_or(Ok(()), |archives| archives.remove(&id));
    match tokio::task::spawn_blocking(removing).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%release, ?error, "the archive of a release is left behind"),
        Err(panic) => tracing::error!(%release, %panic, "the archive of a release is left behind"),
    }
}

/// The background work of one course.
struct Work {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Work {
    fn start(app: &App, stop: &CancellationToken) -> Self {
        let stop = stop.child_token();
        Self { tasks: background::start(app, &stop), stop }
    }

    /// What is under way is finished first.
    async fn end(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}
