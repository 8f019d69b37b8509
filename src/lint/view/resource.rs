//! Settings that refer to files by URL.

use super::file::FileCx;
use super::world::World;
use crate::catalogue::{Parameter, Resource, Schema};
use crate::text::source::Place;
use crate::tree::load::{Document, FileRequirement, Resource as ResourceLink, State};

/// Selects the parameters that refer to files that phones download. To load a tree, only the
/// text of phonebooks is needed.
pub fn names_file(schema: &Schema, name: &str) -> Option<FileRequirement> {
    match schema.parameter(name)?.resource? {
        Resource::RemotePhonebook | Resource::LocalPhonebook => Some(FileRequirement::Text),
        Resource::Server | Resource::Action => None,
        _ => Some(FileRequirement::Presence),
    }
}

/// A setting that refers to a file.
#[derive(Clone, Copy, Debug)]
pub struct ResourceSetting<'a> {
    /// The setting and its resolved target.
    pub link: &'a ResourceLink,
    /// Catalogue entry of the parameter.
    pub parameter: &'a Parameter,
    /// Kind of file.
    pub kind: Resource,
}

/// Adds the catalogue entry to a setting that refers to a file.
pub fn resource_setting<'a>(world: &World<'a>, link: &'a ResourceLink) -> Option<ResourceSetting<'a>> {
    let parameter = world.parameter_index.parameter(world.workspace.name(link.at))?;
    Some(ResourceSetting { link, parameter, kind: parameter.resource? })
}

/// Settings that refer to a document.
fn naming_settings<'a>(
    world: &World<'a>,
    document: &'a Document,
) -> impl Iterator<Item = ResourceSetting<'a>> {
    let leads = document.named_by.iter().map(|&at| &world.workspace.resources[at as usize]);
    leads.filter_map(|link| resource_setting(world, link))
}

/// Whether a document was read and at least one setting refers to it as a phonebook.
pub fn is_book(world: &World<'_>, document: &Document) -> bool {
    document.state == State::Read && naming_settings(world, document).any(|named| named.is_phonebook())
}

impl ResourceSetting<'_> {
    /// Whether the setting refers to a phonebook, whose text is loaded.
    pub fn is_phonebook(&self) -> bool {
        matches!(self.kind, Resource::RemotePhonebook | Resource::LocalPhonebook)
    }

    /// Description of the kind of file, for messages.
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
    /// Settings that refer to this file.
    pub fn named_by(&self) -> impl Iterator<Item = ResourceSetting<'a>> {
        naming_settings(self.common.world, self.document())
    }

    /// Location of the first setting that refers to this file as a phonebook, to be shown with findings in
    /// the phonebook.
    pub fn first_naming(&self) -> Option<Place> {
        let named = self.named_by().find(ResourceSetting::is_phonebook)?;
        Some(self.common.place(named.link.at))
    }

    /// Settings in this file that refer to files.
    pub fn names_files(&self) -> impl Iterator<Item = ResourceSetting<'a>> {
        let world = self.common.world;
        world.workspace.resources_in(self.file).iter().filter_map(|link| resource_setting(world, link))
    }
}
