//! What a person ticked: rules over a tree, not a frozen list, so that new pages follow.

use serde::{Deserialize, Serialize};

use crate::{PageId, SpaceKey};

/// The spaces of one site from which pages are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Selection {
    /// One entry per space that takes part.
    pub spaces: Vec<SpaceSelection>,
}

/// The rules for one space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SpaceSelection {
    /// The space.
    pub space: SpaceKey,
    /// Its rules; their order does not matter, because the most specific one decides (see [`SpaceSelection::decide`]).
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Rule {
    /// What it is attached to.
    pub target: Target,
    /// How far it reaches from there.
    pub reach: Reach,
    /// Whether it takes pages in or leaves them out.
    pub effect: Effect,
}

/// What a rule is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Target {
    /// Everything in the space, blog posts too.
    Space,
    /// One node of the tree.
    Node(PageId),
}

/// How far a rule reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Reach {
    /// The node alone.
    Node,
    /// What is below the node, now and later.
    Below,
    /// The node and what is below it, now and later.
    Subtree,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Effect {
    /// Takes in.
    Include,
    /// Leaves out.
    Exclude,
}

impl Selection {
    /// Leaves out these nodes and what is below them, now and later. What another rule takes in below them stays.
    pub fn leave_out(&mut self, ids: &[PageId]) {
        for space in &mut self.spaces {
            for id in ids {
                let target = Target::Node(id.clone());
                space.rules.retain(|rule| rule.target != target);
                space.rules.push(Rule { target, reach: Reach::Subtree, effect: Effect::Exclude });
            }
        }
    }
}

impl SpaceSelection {
    /// A whole space.
    pub fn whole(space: SpaceKey) -> Self {
        Self { space, rules: vec![Rule { target: Target::Space, reach: Reach::Subtree, effect: Effect::Include }] }
    }

    /// Whether the node at the end of `path` is taken, where `path` lists the ids from the top of the tree down to it.
    ///
    /// The nearest rule decides: one attached to the node itself that covers it, then one attached to its parent that
    /// reaches below, and so on up to the space. Where two rules are attached to the same node and both cover, the one
    /// with the narrower reach decides. Without any rule the node is left out.
    pub fn decide<'a>(&self, path: impl DoubleEndedIterator<Item = &'a PageId>) -> bool {
        for (distance, id) in path.rev().enumerate() {
            let covers = |rule: &&Rule| match rule.reach {
                Reach::Node => distance == 0,
                Reach::Below => distance > 0,
                Reach::Subtree => true,
            };
            let nearest = self
                .rules
                .iter()
                .filter(|rule| matches!(&rule.target, Target::Node(target) if target == id))
                .filter(covers)
                .min_by_key(|rule| rule.reach == Reach::Subtree);
            if let Some(rule) = nearest {
                return rule.effect == Effect::Include;
            }
        }
        self.rules.iter().rfind(|rule| rule.target == Target::Space).is_some_and(|rule| rule.effect == Effect::Include)
    }

    /// Whether some rule takes in everything that no other rule speaks of.
    pub fn takes_whole_space(&self) -> bool {
        self.decide(std::iter::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str, reach: Reach, effect: Effect) -> Rule {
        Rule { target: Target::Node(id.into()), reach, effect }
    }

    fn decide(rules: &[Rule], path: &[&str]) -> bool {
        let ids: Vec<PageId> = path.iter().map(|id| PageId::from(*id)).collect();
        SpaceSelection { space: "DOC".into(), rules: rules.to_vec() }.decide(ids.iter())
    }

    #[test]
    fn the_nearest_rule_decides() {
        let rules = [
            rule("1", Reach::Subtree, Effect::Include),
            rule("2", Reach::Subtree, Effect::Exclude),
            rule("3", Reach::Node, Effect::Include),
        ];
        assert!(decide(&rules, &["1"]));
        assert!(decide(&rules, &["1", "9"]));
        assert!(!decide(&rules, &["1", "2"]));
        assert!(!decide(&rules, &["1", "2", "8"]));
        assert!(decide(&rules, &["1", "2", "3"]));
        assert!(!decide(&rules, &["1", "2", "3", "7"]));
        assert!(!decide(&rules, &["5"]));
    }

    #[test]
    fn only_this_page_and_only_what_is_below_are_different_things() {
        let below = [rule("1", Reach::Below, Effect::Include)];
        assert!(!decide(&below, &["1"]));
        assert!(decide(&below, &["1", "2"]));
        let unticked_parent = [rule("1", Reach::Subtree, Effect::Include), rule("1", Reach::Node, Effect::Exclude)];
        assert!(!decide(&unticked_parent, &["1"]));
        assert!(decide(&unticked_parent, &["1", "2"]));
    }

    #[test]
    fn what_is_left_out_takes_what_is_below_along() {
        let mut selection = Selection { spaces: vec![SpaceSelection::whole("DOC".into())] };
        selection.leave_out(&["2".into()]);
        let space = selection.spaces.first().expect("a space");
        let decide = |path: &[&str]| space.decide(path.iter().map(|id| PageId::from(*id)).collect::<Vec<_>>().iter());
        assert!(decide(&["1"]));
        assert!(!decide(&["1", "2"]));
        assert!(!decide(&["1", "2", "3"]));
    }

    #[test]
    fn a_whole_space_takes_pages_that_no_rule_names() {
        assert!(SpaceSelection::whole("DOC".into()).decide([PageId::from("77")].iter()));
        assert!(SpaceSelection::whole("DOC".into()).takes_whole_space());
    }
}
