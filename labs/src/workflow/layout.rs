//! Coordinates for drawing a job's graph, from left to right: our own small layered layout (Sugiyama's scheme).
//!
//! Layers by longest path, order within a layer by barycentres, edges through waypoints so that they pass between
//! nodes. Deterministic: the same job gives the same picture. Works for broken jobs too: edges to unknown tasks are left
//! out, edges that close a cycle are marked and led round below.

mod edges;
mod layers;
mod place;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::graph::Graph;
use super::job::{Job, RunIf, TaskKind};

pub const NODE_WIDTH: f32 = 180.0;
pub const NODE_HEIGHT: f32 = 56.0;
const COLUMN_GAP: f32 = 72.0;
const ROW_GAP: f32 = 24.0;
const MARGIN: f32 = 16.0;

/// A picture of `width` by `height` units, origin at the top left.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Layout {
    /// In the order of the file, one for each task.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    pub width: f32,
    pub height: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    pub task_key: String,
    /// The key cut to what fits into the node.
    pub label: String,
    pub kind: Option<TaskKind>,
    pub run_if: RunIf,
    /// From 0, the longest way from a task without dependencies.
    pub layer: usize,
    /// Top left corner.
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edge {
    /// Indexes into the nodes, from dependency to dependent.
    pub from: usize,
    pub to: usize,
    /// The condition's outcome that the edge waits for.
    pub outcome: Option<String>,
    /// Whether the edge closes a cycle.
    pub back: bool,
    pub points: Vec<Point>,
    /// The same way as an SVG path: `M … C …`.
    pub path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

/// Lays a job's graph out.
pub fn layout(job: &Job) -> Layout {
    let graph = Graph::of(job);
    let layers = layers::of(&graph);
    let places = place::all(&layers);
    let nodes: Vec<Node> = job
        .tasks
        .iter()
        .enumerate()
        .map(|(index, task)| Node {
            task_key: task.task_key.clone(),
            label: label(&task.task_key),
            kind: task.kind(),
            run_if: task.run_if,
            layer: layers.layer[index],
            x: places[index].x,
            y: places[index].y - NODE_HEIGHT / 2.0,
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
        })
        .collect();
    let bottom = (0..places.len()).map(|item| places[item].y + place::size(item, &layers) / 2.0).fold(0.0, f32::max);
    let right = nodes.iter().map(|node| node.x + node.width).fold(0.0, f32::max);
    let mut routes = edges::Routes { job, places: &places, bottom, back_edges: 0 };
    let edges: Vec<Edge> = layers.edges.iter().map(|edge| routes.draw(edge)).collect();
    let height = routes.lowest() + MARGIN;
    Layout { nodes, edges, width: right + MARGIN, height }
}

fn label(key: &str) -> String {
    const MAX: usize = 20;
    if key.chars().count() <= MAX { key.to_owned() } else { key.chars().take(MAX - 1).chain(['…']).collect() }
}
