extension JSONObjectReader {
    /// An object with `allowed` fields only, read by `read`. A wrong field is named with its place:
    /// `stock.add`.
    public func object<Value>(
        _ name: String,
        allowed: [String],
        _ read: (JSONObjectReader) throws(JSONFieldError) -> Value
    ) throws(JSONFieldError) -> Value? {
        guard let value = try value(name) else { return nil }
        return try Self.object(value, name, allowed, read)
    }

    private static func object<Value>(
        _ value: JSONValue,
        _ place: String,
        _ allowed: [String],
        _ read: (JSONObjectReader) throws(JSONFieldError) -> Value
    ) throws(JSONFieldError) -> Value {
        guard value.members != nil else {
            throw JSONFieldError(field: place, reason: "must be a JSON object")
        }
        do throws(JSONFieldError) {
            return try read(JSONObjectReader(value, allowed: allowed))
        } catch {
            throw JSONFieldError(field: "\(place).\(error.field)", reason: error.reason)
        }
    }

    /// An array of objects, each with `allowed` fields only, read by `read`. A wrong field is named
    /// with its place: `lines[2].quantity`.
    public func objects<Value>(
        _ name: String,
        allowed: [String],
        maxCount: Int,
        _ read: (JSONObjectReader) throws(JSONFieldError) -> Value
    ) throws(JSONFieldError) -> [Value]? {
        guard let values = try array(name, maxCount: maxCount) else { return nil }
        var objects: [Value] = []
        for (index, value) in values.enumerated() {
            objects.append(try Self.object(value, "\(name)[\(index)]", allowed, read))
        }
        return objects
    }
}
