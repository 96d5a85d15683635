import Testing
import Values

func room(_ name: String) throws -> RoomID { try #require(RoomID(name)) }
func user(_ name: String) throws -> UserID { try #require(UserID(name)) }
func performance(_ name: String) throws -> PerformanceID { try #require(PerformanceID(name)) }
func board(_ name: String) throws -> BoardID { try #require(BoardID(name)) }
func product(_ name: String) throws -> ProductID { try #require(ProductID(name)) }
