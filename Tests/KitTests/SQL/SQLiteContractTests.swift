import SQL
import TestGate
import Testing

@Suite(.sideBySide) struct SQLiteContractTests {
    @Test(arguments: DatabaseContract.all)
    func holds(_ contract: DatabaseContract) async throws {
        try await withSQLite { try await contract.check($0) }
    }
}
