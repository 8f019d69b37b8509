//! The files that settings name by URL.

use super::file::FileCx;
use super::world::World;
use crate::catalogue::{Parameter, Resource, Schema};
use crate::text::source::Place;
use crate::tree::load::{Document, Resource as ResourceLink, State, Want};

/// Which parameters name files that phones download, for loading: of phonebooks the text is wanted too.
pub fn names_file(schema: &Schema, name: &str) -> Option<Want> {
    match schema.parameter(name)?.resource? {
        Resource::RemotePhonebook | Resource::LocalPhonebook => Some(Want::Text),
        Resource::Server | Resource::Action => None,
        _ => Some(Want::Presence),
    }
}

/// A setting that names a file.
#[derive(Clone, Copy, Debug)]
pub struct ResourceSetting<'a> {
    /// The setting and the file that it names.
    pub link: &'a ResourceLink,
    /// The parameter, by the catalogue.
    pub parameter: &'a Parameter,
    /// The kind of file.
    pub kind: Resource,
}

/// A setting that names a file, with its catalogue entry.
pub fn resource_setting<'a>(world: &World<'a>, link: &'a ResourceLink) -> Option<ResourceSetting<'a>> {
    let parameter = world.parameter_index.parameter(world.workspace.name(link.at))?;
    Some(ResourceSetting { link, parameter, kind: parameter.resource? })
}

/// The settings that name a document.
fn names_of<'a>(world: &World<'a>, document: &'a Document) -> impl Iterator<Item = ResourceSetting<'a>> {
    let leads = document.named_by.iter().map(|&at| &world.workspace.resources[at as usize]);
    leads.filter_map(|link| resource_setting(world, link))
}

/// Whether some setting names a document as a phonebook, and it was read.
pub fn is_book(world: &World<'_>, document: &Document) -> bool {
    document.state == State::Read && names_of(world, document).any(|named| named.is_phonebook())
}

impl ResourceSetting<'_> {
    /// Whether it is a phonebook, whose text is loaded.
    pub fn is_phonebook(&self) -> bool {
        matches!(self.kind, Resource::RemotePhonebook | Resource::LocalPhonebook)
    }

    /// The kind of file, as it appears in messages.
    pub fn words(&self) -> &'static str {
        match self.kind {
            Resource::Firmware => "firmware",
            Resource::RemotePhonebook | Resource::LocalPhonebook => "phonebook",
            Resource::Ringtone => "ringtone",
            Resource::Wallpaper => "picture",
            Resource::Language => "language pack",
            Resource::Certificate => "certificate",
            Resource::Vpn => "VPN file",
            Resource::Dialplan => "dial plan",
            Resource::Config => "configuration file",
            Resource::Logo => "logo",
            Resource::Action | Resource::Server | Resource::Other => "file",
        }
    }
}

impl<'a> FileCx<'a> {
    /// The settings that name this file.
    pub fn named_by(&self) -> impl Iterator<Item = ResourceSetting<'a>> {
        names_of(self.common.world, self.document())
    }

    /// The place of the first setting that names this file as a phonebook, for a finding in the book.
    pub fn first_naming(&self) -> Option<Place> {
        let named = self.named_by().find(ResourceSetting::is_phonebook)?;
        Some(self.common.place(named.link.at))
    }

    /// The settings of this file that name files.
    pub fn names_files(&self) -> impl Iterator<Item = ResourceSetting<'a>> {
        let world = self.common.world;
        world.workspace.resources_in(self.file).iter().filter_map(|link| resource_setting(world, link))
    }
}
