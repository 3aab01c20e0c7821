//! `sandbar serve`: the whole course in one process.

mod first_start;
mod lock;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use sandbar_content::Course;
use sandbar_labs::diagnostic::Finding;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::engine::EngineArguments;
use super::{Failure, Status, block_on, log};
use crate::app::{App, PageSettings};
use crate::background;
use crate::config::{self, DATABASE_FILE, GOODBYE, ServeSettings, TABLES_FOLDER};
use crate::error::Problem;
use crate::router::router;
use crate::store::{self, ReleaseId, Store, courses, grading_queue, releases};
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
    let course = course(settings.content.as_deref())?;
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
    let (app, greeting) = open(course, store, &settings).await.map_err(Failure::unavailable)?;
    let app = App { sandbox: Some(sandbox.clone()), ..app };
    let signals = StopSignals::listen().map_err(Failure::unavailable)?;
    greeting.print(listener.local_addr().map_err(Failure::unavailable)?).map_err(Failure::unavailable)?;
    run(app.clone(), listener, signals).await?;
    sandbox.stop().await;
    app.store.close().await;
    Ok(Status::Success)
}

/// Serves until a signal asks to stop, then finishes what is under way.
async fn run(app: App, listener: TcpListener, signals: StopSignals) -> Result<(), Failure> {
    let stop = CancellationToken::new();
    let mut work = background::start(&app, &stop);
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
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

fn course(folder: Option<&Path>) -> Result<Arc<Course>, Failure> {
    let findings = match folder {
        None => match Course::try_builtin() {
            Ok(course) => return Ok(Arc::new(course.clone())),
            Err(findings) => findings.to_vec(),
        },
        Some(folder) => match Course::load(folder) {
            Ok(course) => return Ok(Arc::new(course)),
            Err(findings) => findings,
        },
    };
    Err(unusable(&findings))
}

fn unusable(findings: &[Finding]) -> Failure {
    let lines: Vec<String> = findings.iter().map(Problem::sentence).collect();
    Failure::usage_message(format!("the course cannot be served:\n  {}", lines.join("\n  ")))
        .with_remedy("correct these places; `sandbar check FOLDER` reads them again")
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
async fn open(course: Arc<Course>, store: Store, settings: &ServeSettings) -> anyhow::Result<(App, Greeting)> {
    let at = store::now();
    let course_id = courses::ensure(&store, &course.slug, &course.title, at).await?;
    let release = ReleaseId::from(course.release.as_str());
    releases::ensure(&store, &release, course_id, at).await?;
    // The lock of the data folder makes this the only process that grades from it.
    grading_queue::end_leases(&store).await?;
    let section = courses::ensure_section(&store, course_id, config::FIRST_SECTION).await?;
    let greeting = first_start::people(&store, section, settings.demo).await.context("cannot add the first people")?;
    let page_settings =
        PageSettings { demo: settings.demo, https: settings.https, behind_proxy: settings.behind_proxy };
    Ok((App::new(store, course, (course_id, release), page_settings), greeting))
}
