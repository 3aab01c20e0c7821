//! Tasks and clusters of a run on its clock, as a picture of our own.

use jiff::Timestamp;
use sandbar_labs::workflow::run::{Attempt, ClusterUse, RunRecord, TaskRecord};

use super::attempts::title;
use super::scale::{Scale, Stretch};
use super::state;
use crate::job_runs::instants::{Clock, length, millis};
use crate::view::job_run as view;

const WIDTH: f64 = 1020.0;
/// The column of names.
const LEFT: f64 = 176.0;
const RIGHT: f64 = WIDTH - 20.0;
/// Of the axis above the rows.
const TOP: f64 = 30.0;
const ROW: f64 = 42.0;
const BAR: f64 = 18.0;
/// A bar that takes no time is still seen.
const LEAST_BAR: f64 = 3.0;
/// A bar with room for a cross.
const LEAST_CROSS: f64 = 12.0;
/// Between two labels of the axis.
const LEAST_TICK: f64 = 84.0;
const LABEL_CHARACTERS: usize = 20;
/// Tasks with a row, and attempts with bars in it; the last ones are those that say how it ended.
const MAX_ROWS: usize = 200;
const MAX_ATTEMPTS: usize = 100;

/// Seconds between two labels.
const STEPS: [i64; 19] =
    [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

/// `None` while nothing has begun.
pub fn gantt(record: &RunRecord, clock: &Clock, href: &str) -> Option<view::Gantt> {
    let latest = record.latest();
    let spans: Vec<(Timestamp, Timestamp)> = record
        .tasks
        .iter()
        .flat_map(|task| &task.attempts)
        .map(|attempt| (attempt.start, end(attempt, latest)))
        .collect();
    let picture = Picture { scale: Scale::of(&spans, LEFT, RIGHT)?, latest, clock };
    let mut rows: Vec<view::GanttRow> = Vec::new();
    for task in record.tasks.iter().take(MAX_ROWS) {
        rows.push(picture.task(task, TOP + ROW * count(rows.len()), href));
    }
    let mut clusters: Vec<&str> = record.clusters.iter().map(|used| used.cluster.as_str()).collect();
    clusters.sort_unstable();
    clusters.dedup();
    for cluster in clusters {
        rows.push(picture.cluster(cluster, record, TOP + ROW * count(rows.len())));
    }
    let height = TOP + ROW * count(rows.len());
    let left_out = record.tasks.len().saturating_sub(MAX_ROWS);
    Some(view::Gantt {
        left_out: (left_out > 0).then(|| format!("{left_out} more tasks are not drawn.")),
        width: number(WIDTH),
        height: number(height + 6.0),
        description: description(record, clock),
        axis_y: number(height),
        ticks: picture.ticks(),
        breaks: picture.scale.stretches.iter().filter(|stretch| stretch.short).map(gap).collect(),
        rows,
        zone: clock.zone_name.clone(),
    })
}

fn end(attempt: &Attempt, latest: Timestamp) -> Timestamp {
    attempt.end.unwrap_or(latest).max(attempt.start)
}

struct Picture<'a> {
    scale: Scale,
    latest: Timestamp,
    clock: &'a Clock,
}

impl Picture<'_> {
    fn task(&self, task: &TaskRecord, y: f64, href: &str) -> view::GanttRow {
        let mut bars = Vec::new();
        let mut before: Option<&Attempt> = None;
        for attempt in &task.attempts[task.attempts.len().saturating_sub(MAX_ATTEMPTS)..] {
            let waits_from = before.filter(|before| before.repair == attempt.repair).and_then(|before| before.end);
            if let Some(from) = waits_from.filter(|from| *from < attempt.start) {
                let title = format!("Waits {} for its next attempt", length(millis(from, attempt.start)));
                bars.push(self.bar("retry", (from, attempt.start), y, title));
            }
            let until = end(attempt, self.latest);
            let there = attempt.running_from.min(until);
            if attempt.start < there {
                let waits = length(millis(attempt.start, there));
                let title = format!("{}: waits {waits} for its cluster", title(attempt));
                bars.push(self.bar("wait", (attempt.start, there), y, title));
            }
            let state = state::of_attempt(attempt);
            let times = format!("{} to {}", self.clock.short(there), self.clock.short(until));
            let title = format!("{}: {}, {times}", title(attempt), state.word);
            bars.push(self.bar(state.tone, (there, until), y, title));
            before = Some(attempt);
        }
        self.row((&task.task_key, format!("{href}?task={}#task", task.task_key)), state::of_task(task), y, bars)
    }

    fn cluster(&self, cluster: &str, record: &RunRecord, y: f64) -> view::GanttRow {
        let uses = record.clusters.iter().filter(|used| used.cluster == cluster);
        let mut bars = Vec::new();
        let mut lost = false;
        for used in uses {
            let until = used.end.unwrap_or(self.latest).min(self.latest);
            let there = used.running_from.min(until);
            bars.push(self.bar("wait", (used.pending_from, there), y, "Starts up".to_owned()));
            bars.push(self.bar("cluster", (there, until), y, self.cluster_title(used, until)));
            lost |= used.lost;
        }
        let state = match lost {
            true => view::State { icon: "octagon-x", tone: "bad", word: "Cluster, was lost".to_owned() },
            false => view::State { icon: "database", tone: "off", word: "Cluster".to_owned() },
        };
        self.row((cluster, String::new()), state, y, bars)
    }

    fn cluster_title(&self, used: &ClusterUse, until: Timestamp) -> String {
        match used.end {
            Some(end) if end > until => format!("Runs, idle at last until {}", self.clock.short(end)),
            Some(end) if used.lost => format!("Ran until {}, when it was lost", self.clock.short(end)),
            Some(end) => format!("Ran until {}", self.clock.short(end)),
            None => "Runs".to_owned(),
        }
    }

    fn row(&self, (label, href): (&str, String), state: view::State, y: f64, bars: Vec<view::Bar>) -> view::GanttRow {
        let (label_y, state_y) = (number(y + 17.0), number(y + 33.0));
        view::GanttRow { label: short(label), href, state, y: number(y), label_y, state_y, bars }
    }

    fn bar(&self, kind: &'static str, (from, to): (Timestamp, Timestamp), y: f64, title: String) -> view::Bar {
        let (left, right) = (self.scale.x(from), self.scale.x(to));
        let (high, top) = match kind {
            "retry" => (2.0, y + ROW / 2.0 - 1.0),
            _ => (BAR, y + (ROW - BAR) / 2.0),
        };
        let width = (right - left).max(LEAST_BAR);
        let cross = match kind == "bad" && width >= LEAST_CROSS {
            true => format!("M{} {}l8 8m0 -8l-8 8", number(left + width / 2.0 - 4.0), number(top + high / 2.0 - 4.0)),
            false => String::new(),
        };
        view::Bar { kind, x: number(left), y: number(top), width: number(width), height: number(high), title, cross }
    }

    /// Labels of the axis: whole steps of each stretch, as many as have room.
    fn ticks(&self) -> Vec<view::Tick> {
        let busy: Vec<&Stretch> = self.scale.stretches.iter().filter(|stretch| !stretch.short).collect();
        let pixels = busy.iter().map(|stretch| stretch.width).fold(0.0, f64::max);
        let longest = busy.iter().map(|stretch| millis(stretch.from, stretch.to) / 1_000).max().unwrap_or(1).max(1);
        let most = (pixels / LEAST_TICK).floor().max(1.0);
        let step = STEPS.into_iter().find(|step| count_of(longest / step) <= most).unwrap_or(604_800);
        let mut ticks: Vec<view::Tick> = Vec::new();
        let (mut last_x, mut last_at) = (f64::MIN, self.clock.day);
        for stretch in busy {
            let first = stretch.from.as_second().div_euclid(step) * step;
            let instants = (0..).map(|place| first + place * step).filter(|second| *second >= stretch.from.as_second());
            for second in instants.take_while(|second| *second <= stretch.to.as_second()).take(200) {
                let Ok(at) = Timestamp::from_second(second) else { continue };
                let x = self.scale.x(at);
                if x - last_x >= LEAST_TICK {
                    ticks.push(view::Tick { x: number(x), label: self.clock.tick(at, last_at, step < 60) });
                    (last_x, last_at) = (x, at);
                }
            }
        }
        ticks
    }
}

fn gap(stretch: &Stretch) -> view::Break {
    view::Break {
        x: number(stretch.x),
        width: number(stretch.width),
        label_x: number(stretch.x + stretch.width / 2.0),
        label: length(millis(stretch.from, stretch.to)),
    }
}

/// For somebody who cannot see it; the table of attempts has every time.
fn description(record: &RunRecord, clock: &Clock) -> String {
    let tasks = record.tasks.iter().take(50).filter_map(|task| {
        let (first, last) = (task.attempts.first()?, task.attempts.last()?);
        let until = end(last, record.latest());
        let attempts =
            if task.attempts.len() == 1 { String::new() } else { format!(" in {} attempts", task.attempts.len()) };
        let word = state::of_task(task).word.to_lowercase();
        Some(format!("{}: {word}, {} to {}{attempts}.", task.task_key, clock.short(first.start), clock.short(until)))
    });
    format!("Times of the run. {}", tasks.collect::<Vec<_>>().join(" "))
}

fn short(label: &str) -> String {
    if label.chars().count() <= LABEL_CHARACTERS {
        return label.to_owned();
    }
    label.chars().take(LABEL_CHARACTERS - 1).chain(['…']).collect()
}

/// At most one decimal, as SVG needs no more.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn count(rows: usize) -> f64 {
    u32::try_from(rows).map_or(f64::from(u32::MAX), f64::from)
}

fn count_of(number: i64) -> f64 {
    i32::try_from(number).map_or(f64::from(i32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use sandbar_labs::workflow::run::{Performed, Run, Settings};
    use sandbar_labs::workflow::{Syntax, check};

    use super::*;

    const JOB: &str = "job_clusters: [{job_cluster_key: small, new_cluster: {spark_version: x, num_workers: 1}}]
tasks: [{task_key: etl, notebook_task: {notebook_path: a.sql}, job_cluster_key: small, max_retries: 1, min_retry_interval_millis: 300000}]";

    fn record() -> RunRecord {
        let job = check(JOB, Syntax::Yaml).job.unwrap();
        let mut run = Run::begin(job, Settings::manual("1", "1", "2026-11-24T05:00:00Z".parse().unwrap())).unwrap();
        while let Some(order) = run.next_order() {
            let performed = match order.number {
                1 => Performed::failed(20_000, "no".to_owned()),
                _ => Performed::succeeded(20_000),
            };
            run.performed(&order, performed);
        }
        run.record()
    }

    #[test]
    fn a_task_waits_for_its_cluster_fails_waits_and_succeeds_from_left_to_right() {
        let record = record();
        let clock = Clock { zone: TimeZone::UTC, zone_name: "UTC".to_owned(), day: record.start };
        let gantt = gantt(&record, &clock, "/run").unwrap();
        let kinds: Vec<&str> = gantt.rows[0].bars.iter().map(|bar| bar.kind).collect();
        assert_eq!(kinds, ["wait", "bad", "retry", "ok"]);
        let places: Vec<f64> = gantt.rows[0].bars.iter().map(|bar| bar.x.parse().unwrap()).collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
        let crossed: Vec<bool> = gantt.rows[0].bars.iter().map(|bar| !bar.cross.is_empty()).collect();
        assert_eq!(crossed, [false, true, false, false]);
        assert_eq!(gantt.rows[0].bars[2].title, "Waits 40 s for its next attempt");
        assert_eq!(gantt.rows[1].bars.iter().map(|bar| bar.kind).collect::<Vec<_>>(), ["wait", "cluster"]);
        assert_eq!(gantt.ticks.iter().map(|tick| tick.label.as_str()).take(2).collect::<Vec<_>>(), ["05:00", "05:01"]);
        assert_eq!(gantt.description, "Times of the run. etl: succeeded, 05:00:00 to 05:05:20 in 2 attempts.");
    }
}
