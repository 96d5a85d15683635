import CHiredis

/// Copies hiredis's replies, which are freed at once.
///
/// hiredis 0.14 reads arrays nested up to seven deep and drops the connection at the eighth, so the
/// recursion is bounded by it.
enum ReplyCopy {
    /// The outcome of a whole command: an error reply is a failure only here.
    static func outcome(_ reply: UnsafePointer<redisReply>) -> ReplyWaiter.Outcome {
        unsafe reply.pointee.type == REDIS_REPLY_ERROR
            ? .failure(RedisError(reply: String(decoding: bytes(reply), as: UTF8.self)))
            : .success(value(reply))
    }

    private static func value(_ reply: UnsafePointer<redisReply>) -> RedisValue {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_INTEGER: return unsafe .integer(reply.pointee.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return unsafe .bytes(bytes(reply))
        case REDIS_REPLY_ERROR:
            return unsafe .error(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            let count = unsafe reply.pointee.elements
            guard count > 0, let elements = unsafe reply.pointee.element else { return .array([]) }
            return .array(
                (0..<count).map { index in
                    guard let element = unsafe elements[index] else { return .null }
                    return unsafe value(element)
                }
            )
        default: return .null
        }
    }

    private static func bytes(_ reply: UnsafePointer<redisReply>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len))
    }
}
