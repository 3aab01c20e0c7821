//! Edges as curves from the right side of a node to the left side of the next.

use std::fmt::Write as _;

use super::super::job::Job;
use super::layers::Link;
use super::{COLUMN_GAP, Edge, NODE_HEIGHT, NODE_WIDTH, Point};

/// Distance between the ways of edges that are led round below.
const LANE: f32 = 14.0;

pub(super) struct Routes<'a> {
    pub job: &'a Job,
    pub places: &'a [Point],
    /// Lower edge of the lowest node.
    pub bottom: f32,
    pub back_edges: usize,
}

impl Routes<'_> {
    pub fn draw(&mut self, link: &Link) -> Edge {
        let (points, path) = if link.back { self.round_below(link) } else { self.forward(link) };
        Edge { from: link.from, to: link.to, outcome: self.outcome(link), back: link.back, points, path }
    }

    /// The lowest height that anything reaches.
    pub fn lowest(&self) -> f32 {
        self.bottom + self.back_edges as f32 * LANE + if self.back_edges > 0 { LANE } else { 0.0 }
    }

    fn outcome(&self, link: &Link) -> Option<String> {
        let key = &self.job.tasks.get(link.from)?.task_key;
        let dependencies = &self.job.tasks.get(link.to)?.depends_on;
        dependencies.iter().find(|dependency| dependency.task_key == *key)?.outcome.clone()
    }

    /// Across each gap a curve, past the nodes of a layer a straight line.
    fn forward(&self, link: &Link) -> (Vec<Point>, String) {
        let start = self.places[link.from];
        let end = self.places[link.to];
        let mut points = vec![Point { x: start.x + NODE_WIDTH, y: start.y }];
        for waypoint in &link.waypoints {
            let Point { x, y } = self.places[*waypoint];
            points.extend([Point { x, y }, Point { x: x + NODE_WIDTH, y }]);
        }
        points.push(end);
        let mut path = String::new();
        let first = points[0];
        let _ = write!(path, "M {:.1} {:.1}", first.x, first.y);
        for (step, pair) in points.windows(2).enumerate() {
            let (from, to) = (pair[0], pair[1]);
            let middle = (from.x + to.x) / 2.0;
            if step % 2 == 1 {
                let _ = write!(path, " L {:.1} {:.1}", to.x, to.y);
            } else {
                let _ = write!(path, " C {middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}", from.y, to.y, to.x, to.y);
            }
        }
        (points, path)
    }

    /// From the right side down, below all nodes to the left, and up to the left side.
    fn round_below(&mut self, link: &Link) -> (Vec<Point>, String) {
        self.back_edges += 1;
        let lane = self.bottom + self.back_edges as f32 * LANE;
        let start = Point { x: self.places[link.from].x + NODE_WIDTH, y: self.places[link.from].y + NODE_HEIGHT / 4.0 };
        let end = Point { x: self.places[link.to].x, y: self.places[link.to].y + NODE_HEIGHT / 4.0 };
        let out = COLUMN_GAP / 3.0;
        let down = Point { x: start.x, y: lane };
        let up = Point { x: end.x, y: lane };
        let mut path = String::new();
        let _ = write!(path, "M {:.1} {:.1}", start.x, start.y);
        let _ = write!(
            path,
            " C {:.1} {:.1} {:.1} {lane:.1} {:.1} {lane:.1}",
            start.x + out,
            start.y,
            start.x + out,
            down.x
        );
        let _ = write!(path, " L {:.1} {lane:.1}", up.x);
        let _ =
            write!(path, " C {:.1} {lane:.1} {:.1} {:.1} {:.1} {:.1}", end.x - out, end.x - out, end.y, end.x, end.y);
        (vec![start, down, up, end], path)
    }
}
