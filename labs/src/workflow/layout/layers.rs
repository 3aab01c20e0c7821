//! Which layer each task is in, which edges close a cycle, and the waypoints of edges that pass over layers.

use super::super::graph::Graph;

/// More waypoints than this are not made: the edges of such a graph run straight, and it is unreadable either way.
const MAX_WAYPOINTS: usize = 8_000;

/// Tasks and waypoints together are `items`: the tasks first, by their index.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// Of every item.
    pub layer: Vec<usize>,
    pub tasks: usize,
    pub edges: Vec<Link>,
    /// For each item, the items next to it in the layer before and in the layer after.
    pub before: Vec<Vec<usize>>,
    pub after: Vec<Vec<usize>>,
}

/// An edge of the graph with the waypoints it passes.
#[derive(Debug)]
pub(super) struct Link {
    pub from: usize,
    pub to: usize,
    pub back: bool,
    pub waypoints: Vec<usize>,
}

pub(super) fn of(graph: &Graph) -> Layers {
    let back = back_edges(graph);
    let layer = longest_paths(graph, &back);
    let tasks = graph.len();
    let mut layers = Layers { layer, tasks, ..Layers::default() };
    for (from, back) in back.iter().enumerate() {
        for &to in graph.children(from) {
            layers.edges.push(Link { from, to, back: back.contains(&to), waypoints: Vec::new() });
        }
    }
    add_waypoints(&mut layers);
    connect(&mut layers);
    layers
}

/// For each task the children to which the edge closes a cycle, found by a depth-first walk in the file's order.
fn back_edges(graph: &Graph) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; graph.len()];
    let mut back = vec![Vec::new(); graph.len()];
    for root in 0..graph.len() {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::Open;
        let mut path = vec![(root, 0)];
        while let Some((node, visited)) = path.last_mut() {
            let node = *node;
            let Some(&child) = graph.children(node).get(*visited) else {
                marks[node] = Mark::Done;
                path.pop();
                continue;
            };
            *visited += 1;
            match marks[child] {
                Mark::New => {
                    marks[child] = Mark::Open;
                    path.push((child, 0));
                }
                Mark::Open => back[node].push(child),
                Mark::Done => {}
            }
        }
    }
    back
}

fn longest_paths(graph: &Graph, back: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting = vec![0_usize; graph.len()];
    for (from, back) in back.iter().enumerate() {
        for &to in graph.children(from).iter().filter(|to| !back.contains(to)) {
            waiting[to] += 1;
        }
    }
    let mut layer = vec![0; graph.len()];
    let mut ready: std::collections::VecDeque<usize> = (0..graph.len()).filter(|&index| waiting[index] == 0).collect();
    while let Some(from) = ready.pop_front() {
        for &to in graph.children(from).iter().filter(|to| !back[from].contains(to)) {
            layer[to] = layer[to].max(layer[from] + 1);
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push_back(to);
            }
        }
    }
    layer
}

fn add_waypoints(layers: &mut Layers) {
    let needed =
        |link: &Link| if link.back { 0 } else { (layers.layer[link.to] - layers.layer[link.from]).saturating_sub(1) };
    if layers.edges.iter().map(needed).sum::<usize>() > MAX_WAYPOINTS {
        return;
    }
    for link in layers.edges.iter_mut().filter(|link| !link.back) {
        for layer in layers.layer[link.from] + 1..layers.layer[link.to] {
            link.waypoints.push(layers.layer.len());
            layers.layer.push(layer);
        }
    }
}

fn connect(layers: &mut Layers) {
    layers.before = vec![Vec::new(); layers.layer.len()];
    layers.after = vec![Vec::new(); layers.layer.len()];
    for link in layers.edges.iter().filter(|link| !link.back) {
        let stops: Vec<usize> =
            [link.from].into_iter().chain(link.waypoints.iter().copied()).chain([link.to]).collect();
        for pair in stops.windows(2) {
            layers.after[pair[0]].push(pair[1]);
            layers.before[pair[1]].push(pair[0]);
        }
    }
}
