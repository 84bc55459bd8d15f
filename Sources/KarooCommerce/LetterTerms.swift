// KarooExpress – Apache-2.0

/// What the server needs to write letters and invoices in the marketplace's name: who it is, its words, and how letters look.
public struct LetterTerms: Hashable, Sendable {
    /// A template of a letter, as Mustache.
    public struct Template: Hashable, Sendable {
        /// `mail/letter`.
        public let name: String
        public let text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Who runs the marketplace.
    public struct Operator: Hashable, Sendable {
        /// What buyers call the marketplace.
        public let name: String
        /// Scheme, host and path of the site, as `https://www.example.com/shop`, without a slash at the end.
        public let url: String
        /// The name of the company; nil when it is not stated.
        public let legalName: String?
        public let address: [String]
        /// Whence letters come, and whither answers go; nil when it is not stated.
        public let email: String?
        public let vatID: String?
        /// ISO 3166-1 alpha-2; nil when it is not stated.
        public let country: String?

        public init(
            name: String, url: String, legalName: String? = nil, address: [String] = [], email: String? = nil, vatID: String? = nil,
            country: String? = nil
        ) {
            self.name = name
            self.url = url
            self.legalName = legalName
            self.address = address
            self.email = email
            self.vatID = vatID
            self.country = country
        }
    }

    public let site: Operator
    /// Alphabetical by name.
    public let templates: [Template]
    /// The standard language first.
    public let words: [ServerWords]

    public init(site: Operator, templates: [Template], words: [ServerWords]) {
        self.site = site
        self.templates = templates.sorted { $0.name < $1.name }
        self.words = words
    }

    /// The words of a language; where it has none, those of the standard language. Nil when there are none at all.
    public func words(_ language: String?) -> ServerWords? {
        words.first { $0.language.tag == language } ?? words.first
    }
}

/// The words of one language that the server says: in letters, on invoices and in errors.
public struct ServerWords: Hashable, Sendable {
    /// The groups of the words files that travel with the offer book.
    public static let groups: Set<String> = ["mail", "invoice", "problem", "errors"]

    public let language: Language
    /// By `group.name`.
    private let messages: [String: Message]

    public init(language: Language, messages: [String: Message]) {
        self.language = language
        self.messages = messages
    }

    /// The word with its values filled in; nil when there is no such word, or a value is missing.
    public func text(_ key: String, _ values: [String: String] = [:]) -> String? {
        guard let message = messages[key] else { return nil }
        return try? message.format { values[$0] }
    }

    /// The word in its form for a number; nil when there is no such word, or a value is missing.
    public func text(_ key: String, count: Int, in formats: LocaleFormats, _ arguments: KeyValuePairs<String, String> = [:]) -> String? {
        try? messages[key]?.format(count: count, in: formats, arguments: arguments)
    }

    /// The keys of the words, as `mail.greeting`.
    public var keys: Set<String> { Set(messages.keys) }
}

// MARK: - As JSON

extension LetterTerms {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("site")
            site.write(to: &writer)
            writer.name("templates")
            writer.array { writer in
                for template in templates {
                    writer.object { writer in
                        writer.member("name", template.name)
                        writer.member("text", template.text)
                    }
                }
            }
            writer.name("words")
            writer.array { writer in for words in words { words.write(to: &writer) } }
        }
    }

    init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        guard let site = fields.take("site") else { throw JSONError("\"site\" is missing") }
        var templates: [Template] = []
        for json in try fields.array("templates") {
            var template = try json.fields()
            templates.append(Template(name: try template.string("name"), text: try template.string("text")))
            try template.end()
        }
        var words: [ServerWords] = []
        for json in try fields.array("words") { words.append(try ServerWords(json)) }
        try fields.end()
        self.init(site: try Operator(site), templates: templates, words: words)
    }
}

extension LetterTerms.Operator {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("url", url)
            if let legalName { writer.member("legalName", legalName) }
            if !address.isEmpty { writer.member("address", address) }
            if let email { writer.member("email", email) }
            if let vatID { writer.member("vatID", vatID) }
            if let country { writer.member("country", country) }
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            name: try fields.string("name"), url: try fields.string("url"), legalName: try fields.optionalString("legalName"),
            address: try fields.optionalStrings("address"), email: try fields.optionalString("email"), vatID: try fields.optionalString("vatID"),
            country: try fields.optionalString("country"))
        try fields.end()
    }
}

extension ServerWords {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("language", language.tag)
            writer.name("messages")
            writer.object { writer in
                for (key, message) in messages.sorted(by: { $0.key < $1.key }) {
                    writer.name(key)
                    message.write(to: &writer)
                }
            }
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        let tag = try fields.string("language")
        guard let language = Language(tag) else { throw JSONError("\"\(tag)\" is no language") }
        guard case .object(let members)? = fields.take("messages") else { throw JSONError("\"messages\" is no object") }
        try fields.end()
        var messages: [String: Message] = [:]
        for member in members { messages[member.name] = try Message(member.value, name: member.name) }
        self.init(language: language, messages: messages)
    }
}

extension Message {
    /// One text, or an object of plural forms.
    fileprivate func write(to writer: inout JSONWriter) {
        guard isPlural else { return writer.string(sources.first?.text ?? "") }
        writer.object { writer in for form in sources { writer.member(form.category ?? "", form.text) } }
    }

    fileprivate init(_ json: JSON, name: String) throws(JSONError) {
        do throws(MessageError) {
            switch json {
            case .string(let text): try self.init(parsing: text)
            case .object(let members):
                var forms: [String: String] = [:]
                for member in members { if case .string(let text) = member.value { forms[member.name] = text } }
                try self.init(parsing: forms)
            default: throw MessageError.badName(name)
            }
        } catch {
            throw JSONError("the word \"\(name)\": \(error)")
        }
    }
}
