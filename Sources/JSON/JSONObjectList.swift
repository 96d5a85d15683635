extension JSONObjectReader {
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
            let place = "\(name)[\(index)]"
            guard value.members != nil else {
                throw JSONFieldError(field: place, reason: "must be a JSON object")
            }
            do throws(JSONFieldError) {
                objects.append(try read(JSONObjectReader(value, allowed: allowed)))
            } catch {
                throw JSONFieldError(field: "\(place).\(error.field)", reason: error.reason)
            }
        }
        return objects
    }
}
