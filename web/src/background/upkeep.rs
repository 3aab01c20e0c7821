//! Once a minute: sessions that have ended.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Fault;
use crate::store::{self, sessions};

const EVERY: Duration = Duration::from_mins(1);

pub async fn run(app: App, stop: CancellationToken) {
    let mut clock = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = clock.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(fault) = once(&app).await {
            fault.log();
        }
    }
}

async fn once(app: &App) -> Result<(), Fault> {
    let at = store::now();
    sessions::delete_expired(&app.store, at).await?;
    Ok(())
}
