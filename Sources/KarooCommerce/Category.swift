// KarooExpress – Apache-2.0

/// One node of the category tree.
public struct Category: Sendable {
    public typealias ID = Identifier<Category>

    public let id: ID
    public let name: LocalizedText
    public let intro: LocalizedText
    /// The address part in languages that have one of their own; the id in the others.
    public let slugs: LocalizedText
    /// The attributes by which shoppers narrow this category and those below it.
    public let attributes: [Attribute.Key]
    /// The node of Google's product taxonomy; nil when not stated, then that of the parent holds.
    public let googleCategory: Int?
    /// The class by which tax is looked up; nil when that of the parent holds.
    public let taxCategory: String?
    /// Places in the tree's list.
    public let parent: Int?
    public fileprivate(set) var children: [Int] = []
    public let depth: Int

    public init(
        id: ID, name: LocalizedText, intro: LocalizedText = LocalizedText(), slugs: LocalizedText = LocalizedText(),
        attributes: [Attribute.Key] = [], googleCategory: Int? = nil, taxCategory: String? = nil, parent: Int?, depth: Int
    ) {
        self.id = id
        self.name = name
        self.intro = intro
        self.slugs = slugs
        self.attributes = attributes
        self.googleCategory = googleCategory
        self.taxCategory = taxCategory
        self.parent = parent
        self.depth = depth
    }

    /// The address part of this node alone.
    public func slug(in chain: [Language]) -> String {
        // A slug is never borrowed from another language: the id is the neutral form.
        chain.first.flatMap { slugs[$0] } ?? id.text
    }
}

/// The categories of a marketplace, parents before children.
public struct CategoryTree: Sendable {
    public private(set) var nodes: [Category] = []
    public private(set) var roots: [Int] = []
    private var places: [Category.ID: Int] = [:]

    public init() {}

    public subscript(_ place: Int) -> Category { nodes[place] }

    /// The place of a category in `nodes`; nil when there is none of that id.
    public func place(of id: Category.ID) -> Int? { places[id] }

    /// Adds a node below its parent, which must have been added before. Returns nil, and changes nothing, when the id is taken.
    public mutating func add(_ category: Category) -> Int? {
        guard places[category.id] == nil else { return nil }
        let place = nodes.count
        nodes.append(category)
        places[category.id] = place
        if let parent = category.parent { nodes[parent].children.append(place) } else { roots.append(place) }
        return place
    }

    /// From the root down to the place itself.
    public func path(to place: Int) -> [Int] {
        var path = [place]
        while let parent = nodes[path[0]].parent { path.insert(parent, at: 0) }
        return path
    }

    /// The ids from the root down to the place itself, joined by slashes.
    public func token(of place: Int) -> String { path(to: place).map { nodes[$0].id.text }.joined(separator: "/") }

    public func taxCategory(of place: Int) -> String {
        path(to: place).reversed().lazy.compactMap { nodes[$0].taxCategory }.first ?? "standard"
    }

    public func googleCategory(of place: Int) -> Int? {
        path(to: place).reversed().lazy.compactMap { nodes[$0].googleCategory }.first
    }

    /// The attributes by which a category is narrowed: its own and those of its parents, nearest first.
    public func attributes(of place: Int) -> [Attribute.Key] {
        var keys: [Attribute.Key] = []
        for node in path(to: place).reversed() {
            for key in nodes[node].attributes where !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}
