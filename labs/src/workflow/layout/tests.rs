use proptest::prelude::*;

use super::super::graph::tests::{acyclic_jobs, job, jobs};
use super::*;

/// What must hold for any picture.
fn check(job: &Job) -> Layout {
    let layout = layout(job);
    assert_eq!(layout.nodes.len(), job.tasks.len());
    for node in &layout.nodes {
        assert!(node.x >= 0.0 && node.y >= 0.0, "{node:?}");
        assert!(node.x + node.width <= layout.width && node.y + node.height <= layout.height, "{node:?}");
    }
    for (index, left) in layout.nodes.iter().enumerate() {
        for right in &layout.nodes[index + 1..] {
            let apart = left.x + left.width <= right.x
                || right.x + right.width <= left.x
                || left.y + left.height <= right.y
                || right.y + right.height <= left.y;
            assert!(apart, "{left:?} {right:?}");
        }
    }
    for edge in &layout.edges {
        let (from, to) = (&layout.nodes[edge.from], &layout.nodes[edge.to]);
        let (first, last) = (edge.points[0], edge.points[edge.points.len() - 1]);
        assert_eq!((first.x, last.x), (from.x + from.width, to.x));
        assert!(edge.back || from.layer < to.layer);
        assert!(edge.points.iter().all(|point| point.y <= layout.height));
        assert!(edge.path.starts_with('M') && !edge.path.contains("NaN"));
    }
    layout
}

#[test]
fn a_chain_is_a_straight_line() {
    let layout = check(&job(4, &[(0, 1), (1, 2), (2, 3)]));
    assert!(layout.nodes.windows(2).all(|pair| pair[0].y == pair[1].y && pair[0].x < pair[1].x));
    assert_eq!((layout.nodes[0].x, layout.nodes[0].y, layout.height), (16.0, 16.0, 88.0));
}

#[test]
fn a_diamond_is_symmetric() {
    let layout = check(&job(4, &[(0, 1), (0, 2), (1, 3), (2, 3)]));
    let middle = (layout.nodes[1].y + layout.nodes[2].y) / 2.0;
    assert_eq!((layout.nodes[0].y, layout.nodes[3].y), (middle, middle));
    assert_eq!(layout.edges.len(), 4);
}

#[test]
fn an_edge_over_a_layer_passes_beside_its_nodes() {
    let layout = check(&job(3, &[(0, 1), (1, 2), (0, 2)]));
    let long = layout.edges.iter().find(|edge| (edge.from, edge.to) == (0, 2)).unwrap();
    let middle = &layout.nodes[1];
    let passing: Vec<_> = long.points.iter().filter(|p| p.x >= middle.x && p.x <= middle.x + middle.width).collect();
    assert_eq!(passing.len(), 2);
    assert!(passing.iter().all(|point| point.y < middle.y || point.y > middle.y + middle.height));
}

#[test]
fn crossings_that_can_be_avoided_are_avoided() {
    let layout = check(&job(4, &[(0, 3), (1, 2)]));
    let side = |a: usize, b: usize| layout.nodes[a].y < layout.nodes[b].y;
    assert_eq!(side(0, 1), side(3, 2));
}

#[test]
fn a_cycle_has_one_edge_that_goes_back() {
    let layout = check(&job(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]));
    let back: Vec<_> = layout.edges.iter().filter(|edge| edge.back).map(|edge| (edge.from, edge.to)).collect();
    assert_eq!(back, [(1, 1), (2, 0)]);
}

#[test]
fn an_empty_job_and_a_long_name_have_a_picture() {
    assert_eq!(layout(&Job::default()).nodes, []);
    let mut named = job(1, &[]);
    named.tasks[0].task_key = "a_very_long_task_key_indeed".to_owned();
    assert_eq!(check(&named).nodes[0].label, "a_very_long_task_ke…");
}

#[test]
fn a_thousand_tasks_are_laid_out_quickly() {
    let mut edges = Vec::new();
    for task in 1..1_000_usize {
        edges.push((task / 2, task));
        edges.push((task.saturating_sub(7), task));
    }
    edges.retain(|(parent, child)| parent != child);
    edges.sort_unstable();
    edges.dedup();
    let large = job(1_000, &edges);
    let dense: Vec<_> = (0..300).flat_map(|child| (0..child).map(move |parent| (parent, child))).collect();
    let start = std::time::Instant::now();
    assert_eq!(layout(&large).nodes.len(), 1_000);
    assert_eq!(layout(&job(300, &dense)).nodes.len(), 300);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn no_two_nodes_touch_and_edges_join_their_nodes(job in jobs()) {
        let first = check(&job);
        prop_assert_eq!(first, layout(&job));
    }

    #[test]
    fn without_cycles_no_edge_goes_back(job in acyclic_jobs()) {
        prop_assert!(check(&job).edges.iter().all(|edge| !edge.back));
    }
}

#[test]
fn every_layer_of_a_tall_picture_begins_at_its_top() {
    for (children, tall) in [(8, false), (40, true)] {
        let edges: Vec<(usize, usize)> = (1..=children).map(|child| (0, child)).collect();
        let layout = check(&job(children + 1, &edges));
        assert_eq!(layout.nodes[0].y == layout.nodes[1].y, tall, "{children}");
    }
}
