//! `sandbar serve`: the whole course in one process.

mod content;
mod first_start;
mod lock;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::engine::EngineArguments;
use super::{Failure, Status, block_on, log};
use crate::app::{App, PageSettings};
use crate::archives::Archives;
use crate::background;
use crate::config::{self, DATABASE_FILE, GOODBYE, ServeSettings, TABLES_FOLDER};
use crate::job_runs;
use crate::preview::{Current, Preview, Watch};
use crate::router::router;
use crate::store::{self, ReleaseId, Store, courses, grading_queue, releases};
use content::Content;
use first_start::Greeting;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: ServeSettings,
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    log::start(config::DEFAULT_LOG);
    block_on(serve(arguments))
}

async fn serve(arguments: Arguments) -> Result<Status, Failure> {
    let settings = arguments.settings;
    if settings.watch.is_some() && !settings.listen.ip().is_loopback() {
        // Its pages tell whoever opens them what is wrong with quizzes and labs.
        return Err(Failure::usage_message(format!(
            "--watch shows an author's mistakes to all who reach {}",
            settings.listen
        ))
        .with_remedy("watch on this machine only: --listen 127.0.0.1:8080"));
    }
    let folder = settings.watch.as_deref().or(settings.content.as_deref());
    let given = folder.map(Content::of_folder).transpose()?;
    let _lock = lock::take(&settings.data)?;
    let listener = listen(settings.listen).await?;
    let tables = settings.data.join(TABLES_FOLDER);
    let database = settings.data.join(DATABASE_FILE);
    let (sandbox, store) =
        tokio::join!(arguments.engine.start(&tables, settings.workers, settings.spares), Store::open(&database));
    let (sandbox, store) = (sandbox?, store.map_err(Failure::unavailable)?);
    if !sandbox.lockdown().is_complete() {
        tracing::warn!("the lock-down of workers is {}", sandbox.lockdown());
    }
    let content = match given {
        Some(content) => content,
        None => Content::published_or_builtin(&store, &Archives::of_data(&settings.data)).await?,
    };
    tracing::info!(course = content.course.slug, release = content.course.release, "serving");
    let (app, greeting) = open(content, store, &settings).await.map_err(Failure::unavailable)?;
    let preview = settings.watch.as_ref().map(|_| Arc::new(Preview::of(&app.release)));
    let app = App { sandbox: Some(sandbox.clone()), preview, ..app };
    job_runs::take_up(&app).await.map_err(|fault| Failure::unavailable(anyhow::anyhow!(fault.into_source())))?;
    let signals = StopSignals::listen().map_err(Failure::unavailable)?;
    greeting.print(listener.local_addr().map_err(Failure::unavailable)?).map_err(Failure::unavailable)?;
    run(app.clone(), settings.watch.as_deref(), listener, signals).await?;
    sandbox.stop().await;
    app.store.close().await;
    Ok(Status::Success)
}

/// Serves until a signal asks to stop, then finishes what is under way.
async fn run(app: App, watched: Option<&Path>, listener: TcpListener, signals: StopSignals) -> Result<(), Failure> {
    // Pages that follow a run end with it.
    let stop = app.job_runs.stop.clone();
    let (pages, mut work) = pages(app, watched, &stop);
    let service = pages.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let mut server = tokio::spawn(async move { server.await });
    tokio::select! {
        ended = &mut server => return ended.map_err(Failure::unavailable)?.map_err(Failure::unavailable),
        () = signals.one() => {}
    }
    tracing::info!("stopping");
    stop.cancel();
    let goodbye = async {
        let _ = server.await;
        while work.join_next().await.is_some() {}
    };
    if tokio::time::timeout(GOODBYE, goodbye).await.is_err() {
        tracing::warn!("some requests were not finished in time");
    }
    Ok(())
}

/// The pages of the course and its background work; of a folder that is watched, of whatever its files say.
fn pages(app: App, watched: Option<&Path>, stop: &CancellationToken) -> (Router, JoinSet<()>) {
    let pages = router(app.clone());
    let Some(folder) = watched else { return (pages, background::start(&app, stop)) };
    let current = Current::new(pages);
    let mut work = JoinSet::new();
    work.spawn(Watch::new(folder, current.clone()).run(app, stop.clone()));
    (current.router(), work)
}

/// The signals that ask to stop. From the moment they are listened to none of them kills the process.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn one(mut self) {
        tokio::select! { _ = self.interrupt.recv() => {}, _ = self.terminate.recv() => {} }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let in_use = error.kind() == std::io::ErrorKind::AddrInUse;
        let remedy = if in_use {
            "another program listens there: stop it, or give another one with --listen 127.0.0.1:8081"
        } else {
            "give an address of this machine and a port above 1023 with --listen"
        };
        Failure::unavailable(anyhow::Error::new(error).context(format!("cannot listen on {address}")))
            .with_remedy(remedy)
    })
}

/// Records course and release and the people of a first start, and takes up what a server that died left behind.
async fn open(content: Content, store: Store, settings: &ServeSettings) -> anyhow::Result<(App, Greeting)> {
    let (Content { files, course }, archives, at) = (content, Archives::of_data(&settings.data), store::now());
    // Before anything names the release: what names it can be read again.
    archives.keep(&course.release, &files)?;
    let course_id = courses::ensure(&store, &course.slug, &course.title, at).await?;
    let release = ReleaseId::from(course.release.as_str());
    releases::ensure(&store, &release, course_id, at).await?;
    // The lock of the data folder makes this the only process that grades from it.
    grading_queue::end_leases(&store).await?;
    let section = courses::ensure_section(&store, course_id, config::FIRST_SECTION).await?;
    let greeting = first_start::people(&store, section, settings.demo).await.context("cannot add the first people")?;
    let page_settings =
        PageSettings { demo: settings.demo, https: settings.https, behind_proxy: settings.behind_proxy };
    let app = App::new(store, course, (course_id, release), page_settings).with_archives(archives);
    Ok((app, greeting))
}
